# Boundaries of group-sequential designs by rpact. Usage: Rscript boundaries.R <folder with cases/>
suppressMessages({library(rpact);library(jsonlite)}); folder<-commandArgs(TRUE)[1]
set.seed(7); n<-0
emit<-function(type,alpha,sided,rates,gammaA=NA,deltaWT=NA){
  a<-list(typeOfDesign=type,alpha=alpha,sided=sided,informationRates=rates)
  if(!is.na(gammaA)) a$gammaA<-gammaA; if(!is.na(deltaWT)) a$deltaWT<-deltaWT
  d<-try(suppressWarnings(do.call(getDesignGroupSequential,a)),silent=TRUE); if(inherits(d,"try-error")){cat("rpact refuses",type,alpha,sided,length(rates),"\n");return()}
  f<-try(suppressWarnings(getDesignCharacteristics(do.call(getDesignGroupSequential,c(a,beta=.2)))$inflationFactor),silent=TRUE)
  z<-d$criticalValues; z[!is.finite(z)]<-NA
  e<-list(critical_z=z,alpha_spent=d$alphaSpent,stage_levels_one_sided=d$stageLevels)
  if(!inherits(f,"try-error")) e$inflation_factor_power80<-f
  nm<-sprintf("rp_%s_K%d_s%d_%02d",type,length(rates),sided,n); n<<-n+1
  o<-list(case=nm,method="group_sequential_boundary",input=NULL,arguments=list(information_rates=rates,type=type,alpha=alpha,sided=sided,gammaA=gammaA,deltaWT=deltaWT),expected=e,tolerance=list(rel=2e-5,abs=2e-5),source=paste0("R 4.2.2, rpact 3.3.4: getDesignGroupSequential(typeOfDesign=\"",type,"\",...)"))
  write(toJSON(o,auto_unbox=TRUE,digits=15,na="null",null="null",pretty=TRUE),file.path(folder,"cases",paste0(nm,".json")))
}
eq<-function(K)(1:K)/K
for(K in c(2,4,7,10,15,18,20)) for(s in 1:2){ emit("asOF",.025*s,s,eq(K)); emit("asP",.025*s,s,eq(K)) }
emit("asOF",.05,1,eq(8)); emit("asOF",.01,2,eq(8)); emit("asOF",.005,1,eq(6)); emit("asOF",.001,1,eq(4)); emit("asP",.1,2,eq(9)); emit("asP",.01,1,eq(11)); emit("asOF",.1,2,eq(16));emit("asOF",.2,1,eq(5))
for(g in c(-8,-2,0,2)) emit("asHSD",.025,1,eq(9),gammaA=g); emit("asHSD",.05,2,eq(14),gammaA=-4); emit("asHSD",.05,2,eq(20),gammaA=1)
for(g in c(.5,1,1.5,3,4,6)) emit("asKD",.05,ifelse(g>2,2,1),eq(8),gammaA=g); emit("asKD",.025,1,eq(20),gammaA=3)
for(K in c(2,6,9,15,20)) for(s in 1:2){ emit("OF",.025*s,s,eq(K)); emit("P",.025*s,s,eq(K)) ; emit("WT",.025*s,s,eq(K),deltaWT=runif(1,0,.7))}
for(i in 1:8){ K<-sample(3:9,1); r<-c(sort(runif(K-1,.05,.97)),1); r<-round(r,3); if(any(diff(r)<.01)) next; for(ty in c("asOF","asP","OF","P")) emit(ty,c(.025,.05)[1+i%%2],1+i%%2,r); emit("WT",.025,1,r,deltaWT=.25); emit("asKD",.025,1,r,gammaA=2)}
emit("asOF",.025,1,c(.1,.5,.9,1)); emit("asP",.05,2,c(.5,.52,.54,1)); emit("asOF",.025,1,c(.02,.5,1)); emit("asOF",.025,1,c(.3,.6,.9)); emit("asP",.025,1,c(.25,.5)); emit("asOF",.025,1,1); emit("asP",.05,2,1); emit("OF",.05,2,1); emit("P",.025,1,1)
emit("WT",.025,1,c(.3,.6,.9),deltaWT=.1); emit("OF",.025,1,c(.05,.1,.2,1)); emit("OF",.05,2,c(.05,.1,.2,1))
